// What the pages can do beyond reading. Without it every page is complete.

const main = document.getElementById("main");
// A browser that keeps no cookies refuses the very name.
const storage = (() => {
  try {
    return localStorage;
  } catch {
    return { getItem() {}, setItem() {} };
  }
})();

// A player is loaded from its site only once it was asked for.
const players = {
  youtube: (id, start) => `https://www.youtube-nocookie.com/embed/${id}?autoplay=1&start=${start}`,
  vimeo: (id, start) => `https://player.vimeo.com/video/${id}?autoplay=1#t=${start}s`,
};

const play = (place, video, start = 0) => {
  const [site, id] = video.split(":");
  if (!Object.hasOwn(players, site)) return false;
  const frame = document.createElement("iframe");
  // YouTube plays for none but those who name their site (its error 153); the pages' own policy would not.
  frame.referrerPolicy = "strict-origin-when-cross-origin";
  frame.src = players[site](encodeURIComponent(id), start);
  frame.title = place.title || (place.querySelector("span") ?? place).textContent.trim();
  frame.allow = "autoplay; encrypted-media; fullscreen; picture-in-picture";
  frame.dataset.embed = video;
  place.replaceWith(frame);
  frame.focus();
  return true;
};

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = event.target.closest("a[data-embed], a[data-time]");
  if (!link) return;
  const { embed, time } = link.dataset;
  const place = embed ? link : document.querySelector(".player [data-embed], .embed [data-embed]");
  if (place && play(place, place.dataset.embed, time)) event.preventDefault();
});

// A picture that is gone: what it showed, if that is known, and a quiet mark. Its room stays where a reader could see it go;
// an icon has no room for words.
const replaceMissing = (image) => {
  const { top, width, height } = image.getBoundingClientRect();
  const missing = document.createElement("span");
  missing.className = "missing";
  missing.textContent = image.alt || main.dataset.missing;
  if (top < 2 * innerHeight && width > 100) Object.assign(missing.style, { width: `${width}px`, height: `${height}px` });
  image.replaceWith(missing);
};

main.addEventListener("error", ({ target }) => target.tagName === "IMG" && replaceMissing(target), true);
for (const image of main.querySelectorAll("img")) {
  if (image.complete && !image.naturalWidth && image.currentSrc) replaceMissing(image);
}

// Keys. They can be turned off, as WCAG 2.1.4 asks for.
const dialog = document.getElementById("keys");
const keysAreOn = () => storage.getItem("keys") !== "off";
// A list goes on with what is older; in time the older post is the one before.
const older = '.pager [rel="next"], .neighbours [rel="prev"]';
const newer = '.pager [rel="prev"], .neighbours [rel="next"]';
// Beside a post, lists are what else there is to read.
const items = () => (main.querySelector("article") ? [] : [...main.querySelectorAll(".posts li > a, .hits li > a, .names a")]);

const step = (by) => {
  const links = items();
  if (!links.length) return follow(by > 0 ? older : newer);
  const next = links[links.indexOf(document.activeElement) + by] ?? (by > 0 ? links[0] : links.at(-1));
  next.focus();
  next.scrollIntoView({ block: "nearest" });
};

const follow = (selector) => {
  const link = main.querySelector(selector);
  if (link) location.assign(link.href);
};

const actions = {
  j: () => step(1),
  k: () => step(-1),
  ArrowRight: () => follow(older),
  ArrowLeft: () => follow(newer),
  "/": () => document.getElementById("q")?.focus(),
  "?": () => dialog.showModal(),
};

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || dialog.open || !keysAreOn()) return;
  if (target.closest("input, textarea, select, audio, video, [tabindex], [contenteditable]") || !Object.hasOwn(actions, key)) return;
  event.preventDefault();
  actions[key]();
});

// What does nothing on this page isn't told.
for (const line of dialog.querySelectorAll("[data-arrows]")) line.hidden = !main.querySelector(`${older}, ${newer}`);

const keysButton = document.getElementById("show-keys");
const keysBox = dialog.querySelector("input");
keysButton.hidden = false;
keysButton.addEventListener("click", () => dialog.showModal());
keysBox.checked = keysAreOn();
keysBox.addEventListener("change", () => storage.setItem("keys", keysBox.checked ? "on" : "off"));

// Tags and authors that begin with the word that is being typed, or the name, if a quote is open.
const box = document.querySelector("[data-suggest]");
let typing;
box?.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(async () => {
    const typed = box.value;
    const [, before, minus, field, word] = typed.match(/^(.*?\s)??([-－−]?)(?:(tag|author)[:：])?("[^"]*|\S*)$/is) ?? [];
    if (!word) return;
    const answer = await fetch(`${box.dataset.suggest}?q=${encodeURIComponent(word)}`);
    if (!answer.ok || box.value !== typed) return;
    const { suggestions } = await answer.json();
    const wanted = suggestions.filter(({ kind }) => !field || kind === field.toLowerCase());
    const searches = wanted.map(({ kind, name }) => [name, `${before ?? ""}${minus}${kind}:"${name.replaceAll('"', " ")}"`]);
    // Browsers show only options that hold all of what was typed.
    box.list.replaceChildren(...searches.map(([name, search]) => new Option(`${typed} → ${name}`, search)));
  }, 150);
});

// Without a network: the pages that were kept, the last one read first.
const listKept = async (list) => {
  const pages = await caches.open("pages");
  const ending = ` – ${document.querySelector(".site-name").textContent}`;
  for (const request of (await pages.keys()).reverse()) {
    const { pathname, search } = new URL(request.url);
    const text = await (await pages.match(request, { ignoreVary: true })).text();
    const link = document.createElement("a");
    link.href = pathname + search;
    link.textContent = new DOMParser().parseFromString(text, "text/html").title.replace(ending, "");
    const item = document.createElement("li");
    item.append(link);
    list.append(item);
  }
};

const kept = document.getElementById("kept");
if (kept && "caches" in window) listKept(kept);

// Pages that were read stay readable without a network.
navigator.serviceWorker?.register("/service-worker.js");
