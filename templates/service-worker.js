// Keeps the pages that were read, so that they can be read again without a network. Whatever the network has comes first.
{% load static %}
// The offline page lists these (static/js/site.js).
const PAGES = "pages";
const PARTS = "parts";
const SHELL = "shell";
const MOST = { [PAGES]: 300, [PARTS]: 50 };
const OFFLINE = "{% url 'offline' %}";
const STATIC = "{% get_static_prefix %}";
// Editors' pages, and what is asked for by programs.
const NEVER_KEPT = ["{% url 'admin:index' %}", "{% url 'preferences' %}", "{% url 'search-suggest' %}"];

// Files that are downloaded are no pages.
const DOWNLOAD = /^\/captures\/\w+\/file\/$/;

const isKept = (path) => !NEVER_KEPT.some((beginning) => path.startsWith(beginning)) && !DOWNLOAD.test(path);

addEventListener("install", (event) => {
  const parts = [OFFLINE, "{% static 'css/site.css' %}", "{% static 'js/site.js' %}"];
  event.waitUntil(caches.open(SHELL).then((shell) => shell.addAll(parts)));
  skipWaiting();
});

// The page that brought this script was read before it could be kept.
const keepOpenPages = async () => {
  await clients.claim();
  for (const { url } of await clients.matchAll()) {
    if (isKept(new URL(url).pathname)) await keep(PAGES, url, await fetch(url));
  }
};

addEventListener("activate", (event) => event.waitUntil(keepOpenPages()));

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin || !isKept(pathname)) return;
  if (request.mode === "navigate") event.respondWith(fromNetwork(event, PAGES));
  else if (pathname.startsWith(STATIC)) event.respondWith(fromNetwork(event, PARTS));
});

const fromNetwork = async (event, name) => {
  const { request } = event;
  try {
    const response = await fetch(request);
    // Shown at once, while the rest of it is still on its way to both.
    event.waitUntil(keep(name, request.url, response.clone()));
    return response;
  } catch {
    // What differs by cookie or language is kept once, as it was read last.
    const found = await caches.match(request.url, { ignoreVary: true });
    return found ?? (request.mode === "navigate" ? caches.match(OFFLINE, { ignoreVary: true }) : Response.error());
  }
};

// The last to come is the last to go: keys are in the order of their arrival.
const keep = async (name, url, response) => {
  if (!response.ok) return;
  const cache = await caches.open(name);
  await cache.delete(url, { ignoreVary: true });
  await cache.put(url, response);
  const kept = await cache.keys();
  await Promise.all(kept.slice(0, Math.max(kept.length - MOST[name], 0)).map((request) => cache.delete(request, { ignoreVary: true })));
};
