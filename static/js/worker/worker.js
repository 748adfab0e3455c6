// The service worker: what the hub does without network. sw.js at the root runs it with what to keep.
import { Shelf } from "./shelf.js";

const PATIENCE = 4000; // a network that answers later than this is as good as none for a page that is kept

const here = (url) => url.origin === self.location.origin;
const fixed = (url) => /\.[0-9a-f]{12}\./.test(url.pathname); // its name changes with its content

async function inTime(promise) {
  return Promise.race([promise, new Promise((_, reject) => setTimeout(() => reject(new Error("slow")), PATIENCE))]);
}

export function run(facts, backgrounds) {
  const shelf = new Shelf(facts);

  async function asset(request, url) {
    if (fixed(url)) return (await shelf.asset(request)) ?? fetch(request);
    return inTime(fetch(request)).catch(async () => (await shelf.asset(request)) ?? Response.error());
  }

  async function page(request, url) {
    const kept = facts.pages.some(({ address }) => address === url.pathname);
    try {
      const answer = await (kept ? inTime(fetch(request)) : fetch(request));
      if (kept) await shelf.renew(url.pathname, answer);
      return answer;
    } catch {
      return (kept && (await shelf.page(url.pathname))) || elsewhere(url);
    }
  }

  // Without network the day's pages lead to the one that works.
  async function elsewhere(url) {
    const stand = facts.pages.find(({ instead_of }) => instead_of.some((pattern) => new RegExp(pattern).test(url.pathname)));
    if (stand && (await shelf.page(stand.address))) return Response.redirect(`${stand.address}#${encodeURIComponent(url.pathname)}`);
    return (await shelf.asset(facts.offline)) ?? Response.error();
  }

  // A form that could not be sent is kept by the page that knows it, and that page is shown.
  async function form(request, url) {
    const copy = request.clone();
    try {
      return await fetch(request);
    } catch {
      for (const background of backgrounds) {
        const address = await background.keep(copy, url).catch(() => null);
        if (address) return Response.redirect(address, 303);
      }
      return (await shelf.asset(facts.offline)) ?? Response.error();
    }
  }

  self.addEventListener("install", (event) => event.waitUntil(shelf.fill().then(() => self.skipWaiting())));
  self.addEventListener("activate", (event) => event.waitUntil(shelf.tidy().then(() => self.clients.claim())));
  self.addEventListener("fetch", (event) => {
    const { request } = event;
    const url = new URL(request.url);
    if (!here(url)) return;
    if (request.mode === "navigate") event.respondWith(request.method === "GET" ? page(request, url) : form(request, url));
    else if (request.method === "GET" && facts.assets.includes(url.pathname)) event.respondWith(asset(request, url));
  });
  self.addEventListener("message", (event) => {
    const { kind, user, addresses } = event.data ?? {};
    const work = kind === "who" ? shelf.belongTo(user) : kind === "keep" ? shelf.keep(addresses) : Promise.resolve();
    event.waitUntil(work.catch(() => {}).then(() => event.ports[0]?.postMessage("done")));
  });
  self.addEventListener("sync", (event) => {
    event.waitUntil(Promise.all(backgrounds.map((background) => background.send?.(event.tag))));
  });
}
