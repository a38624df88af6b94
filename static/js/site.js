// What the pages can do beyond reading. Without it every page is complete.

// A player is loaded from its site only once it was asked for.
const players = {
  youtube: (id) => `https://www.youtube-nocookie.com/embed/${id}?autoplay=1`,
  vimeo: (id) => `https://player.vimeo.com/video/${id}?autoplay=1`,
};

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-embed]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const [site, id] = link.dataset.embed.split(":");
  if (!Object.hasOwn(players, site)) return;
  event.preventDefault();
  const frame = document.createElement("iframe");
  frame.src = players[site](encodeURIComponent(id));
  frame.title = link.textContent;
  frame.allow = "autoplay; encrypted-media; fullscreen; picture-in-picture";
  link.replaceWith(frame);
  frame.focus();
});

// Light or dark by preference, until the reader says otherwise.
const root = document.documentElement;
const button = document.getElementById("theme");
const isDark = () => (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
const label = () => (button.textContent = isDark() ? button.dataset.light : button.dataset.dark);

root.dataset.theme = localStorage.getItem("theme") ?? (isDark() ? "dark" : "light");
button.hidden = false;
button.addEventListener("click", () => {
  root.dataset.theme = isDark() ? "light" : "dark";
  localStorage.setItem("theme", root.dataset.theme);
  label();
});
label();

// Tags and authors that begin with the word that is being typed.
const box = document.querySelector("[data-suggest]");
let typing;
box?.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(async () => {
    const [, before, word] = box.value.match(/^(.*\s)?(?:(?:tag|author):"?)?(\S*)$/is) ?? [];
    if (!word) return;
    const answer = await fetch(`${box.dataset.suggest}?q=${encodeURIComponent(word)}`);
    if (!answer.ok) return;
    const { suggestions } = await answer.json();
    box.list.replaceChildren(
      ...suggestions.map(({ kind, name }) => new Option(name, `${before ?? ""}${kind}:"${name.replaceAll('"', " ")}"`)),
    );
  }, 150);
});
