# Bodies in, one JSON string a line; what kramdown makes of them out, one JSON string a line (null where it fails).
# The options are those that Jekyll gives it by default.
require "json"
require "kramdown"
require "kramdown-parser-gfm"

STDIN.each_line do |line|
  html =
    begin
      Kramdown::Document.new(JSON.parse(line), input: "GFM", hard_wrap: false, auto_ids: false).to_html
    rescue SystemStackError, StandardError
      nil
    end
  puts JSON.generate(html)
end
