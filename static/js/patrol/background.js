// What the service worker does for patrols: it keeps a form of the plain page that could not be sent, and sends what waits
// when the network comes back while no page is open.
import { newItem } from "./items.js";
import { send as sendAll } from "./queue.js";
import { openStore } from "./store.js";

const ADDRESSES = { pack: "/api/patrols/pack/", sync: "/api/patrols/sync/" };
const FORMS = /^\/grids\/patrols\/(\d+)\/(start|finish|findings)\/$/;
const WALK = "/grids/walk/";

async function owner() {
  const found = await (await caches.open("owner")).match("/owner");
  return found ? found.text() : "";
}

async function keepFinding(store, patrol, data) {
  const photos = data.getAll("photos").filter((file) => file.size);
  const text = (name) => String(data.get(name) ?? "");
  const names = ["category", "building", "place", "description", "spot_lat", "spot_lng", "outcome"];
  const item = newItem("finding", patrol, Object.fromEntries(names.map((name) => [name, text(name)])));
  // The same key as the form's: if the hub had it after all, it stays one.
  item.key = text("request_key") || item.key;
  item.photos = photos.length;
  await store.save(item);
  for (const photo of photos) await store.addPhoto(item.key, photo, photo.name, true);
}

// The page that shows what was kept, or null when the form is none of ours.
export async function keep(request, url) {
  const found = url.pathname.match(FORMS);
  const user = found && (await owner());
  if (!user) return null;
  const store = await openStore(user);
  const [patrol, what] = [Number(found[1]), found[2]];
  const data = await request.formData();
  if (what === "findings") await keepFinding(store, patrol, data);
  else await store.save(newItem(what, patrol, what === "finish" ? { note: String(data.get("note") ?? "") } : {}));
  return `${WALK}#kept`;
}

export async function send(tag) {
  const user = tag === "patrol" && (await owner());
  if (user) await sendAll(await openStore(user), ADDRESSES);
}
