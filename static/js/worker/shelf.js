// Two caches a version: the files, which are everybody's, and the pages, which are one person's and go when another comes.
export class Shelf {
  constructor({ version, assets, offline }) {
    this.files = `files-${version}`;
    this.pages = `pages-${version}`;
    this.list = assets;
    this.offline = offline;
  }

  // Past the browser's own cache, so that one version is never made of two.
  async fill() {
    const cache = await caches.open(this.files);
    await cache.addAll(this.list.map((address) => new Request(address, { cache: "reload" })));
    // The page for the moment without network is nobody's: it is fetched as a visitor.
    await cache.add(new Request(this.offline, { cache: "reload", credentials: "omit" }));
  }

  // Kept pages are fetched anew with the new files; where that fails both stay until it works.
  async tidy() {
    const old = (await caches.keys()).filter((name) => /^(files|pages)-/.test(name) && ![this.files, this.pages].includes(name));
    for (const name of old.filter((each) => each.startsWith("pages-"))) {
      for (const request of await (await caches.open(name)).keys()) {
        const answer = await fetch(request.url, { credentials: "same-origin" }).catch(() => null);
        if (!answer) return;
        await this.renew(new URL(request.url).pathname, answer);
      }
    }
    await Promise.all(old.map((name) => caches.delete(name)));
  }

  async asset(request) {
    return (await (await caches.open(this.files)).match(request, { ignoreVary: true })) ?? this.anywhere("files-", request);
  }

  async page(address) {
    return (await (await caches.open(this.pages)).match(address, { ignoreVary: true })) ?? this.anywhere("pages-", address);
  }

  async anywhere(prefix, request) {
    for (const name of (await caches.keys()).filter((each) => each.startsWith(prefix))) {
      const found = await (await caches.open(name)).match(request, { ignoreVary: true });
      if (found) return found;
    }
    return undefined;
  }

  async keep(addresses) {
    const missing = [];
    for (const address of addresses) if (!(await this.page(address))) missing.push(address);
    await Promise.all(missing.map(async (address) => this.renew(address, await fetch(address, { credentials: "same-origin" }))));
  }

  // A page that led elsewhere (to the login) is not what should open tomorrow; the one kept before stays.
  async renew(address, answer) {
    const cache = await caches.open(this.pages);
    if (answer.ok && !answer.redirected) await cache.put(address, answer.clone());
    if (answer.status === 403) await cache.delete(address);
  }

  // Whose pages these are. Somebody else, or nobody, signed in: they go.
  async belongTo(user) {
    const cache = await caches.open("owner");
    const before = await (await cache.match("/owner"))?.text();
    if (before !== undefined && before !== user) {
      const mine = (await caches.keys()).filter((name) => name.startsWith("pages-"));
      await Promise.all(mine.map((name) => caches.delete(name)));
    }
    await cache.put("/owner", new Response(user));
  }
}
