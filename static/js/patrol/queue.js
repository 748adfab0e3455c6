// Sends what waits, in small batches. The hub takes each key once, so whatever is not answered is simply sent again.
import { outdated, stages, waiting } from "./items.js";

const MOST = 10;
const HEAVIEST = 6 * 1024 * 1024;
const LANES = 2;

// Pages hear of what another page, or the service worker, has sent.
const news = new BroadcastChannel("mulin-patrol");

export class NoNetwork extends Error {}
export class NeedsLogin extends Error {}
export class OtherUser extends Error {}

async function ask(address, options) {
  let answer;
  try {
    answer = await fetch(address, { credentials: "same-origin", cache: "no-store", ...options });
  } catch (error) {
    throw new NoNetwork(error.message);
  }
  const json = answer.headers.get("Content-Type")?.includes("json");
  if (answer.status === 401 || answer.status === 403 || (answer.ok && !json)) throw new NeedsLogin();
  if (answer.status === 409) throw new OtherUser();
  if (answer.status >= 500) throw new NoNetwork(String(answer.status));
  return { ok: answer.ok, body: json ? await answer.json().catch(() => null) : null };
}

// What to take along, and the proof that it is still the same person.
export async function renew(store, { pack: address }) {
  const { body: pack } = await ask(address);
  if (!pack) throw new NoNetwork();
  if (String(pack.user) !== store.user) throw new OtherUser();
  await store.keepPack(pack);
  return pack;
}

async function loaded(store, items) {
  const batches = [[]];
  let weight = 0;
  for (const item of items) {
    const photos = item.photos ? await store.photos(item.key) : [];
    const heavy = photos.reduce((sum, { blob }) => sum + blob.size, 0);
    if (batches.at(-1).length && (batches.at(-1).length >= MOST || weight + heavy > HEAVIEST)) {
      batches.push([]);
      weight = 0;
    }
    weight += heavy;
    batches.at(-1).push({ item, photos });
  }
  return batches.filter((batch) => batch.length);
}

// Says whose notes these are: somebody else may sign in between the proof and the sending.
function form(batch, user) {
  const data = new FormData();
  data.set("user", user);
  const items = batch.map(({ item: { key, kind, patrol, at, choice, facts } }) => ({ key, kind, patrol, at, choice, facts }));
  data.set("items", JSON.stringify(items));
  data.set("sent_at", new Date().toISOString());
  for (const { item, photos } of batch) for (const { blob, name } of photos) data.append(item.key, blob, name);
  return data;
}

async function sendBatch(store, batch, sync, csrf) {
  const options = { method: "POST", headers: { "X-CSRFToken": csrf }, body: form(batch, store.user) };
  const { ok, body } = await ask(sync, options);
  if (ok && body?.items) return settle(store, batch, body.items);
  // One bad apple: find it by sending one at a time.
  if (batch.length > 1) {
    for (const one of batch) await sendBatch(store, [one], sync, csrf);
    return undefined;
  }
  await store.save({ ...batch[0].item, state: "refused", errors: { "": [body?.detail ?? ""] } });
}

async function settle(store, batch, answers) {
  const told = new Map(answers.map((answer) => [answer.key, answer]));
  for (const { item } of batch) {
    const answer = told.get(item.key);
    if (!answer) continue;
    if (answer.result === "done") await store.dropPhotos(item.key);
    const { number, words, errors, conflict } = answer;
    await store.save({ ...item, state: answer.result, number, words, errors, conflict });
  }
}

async function lanes(batches, send) {
  const rest = [...batches];
  const lane = async () => {
    while (rest.length) await send(rest.shift());
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

async function sendAll(store, addresses) {
  const { csrf } = await renew(store, addresses);
  const queue = waiting(await store.items());
  for (const stage of stages(queue)) {
    await lanes(await loaded(store, stage), async (batch) => {
      await sendBatch(store, batch, addresses.sync, csrf);
      news.postMessage("sent");
    });
  }
  for (const item of await store.items()) if (outdated(item)) await store.remove(item.key);
  if (queue.length) await renew(store, addresses);
  news.postMessage("done");
  return queue.length;
}

// One sender at a time, whether this page, another, or the service worker; whoever waits here finds less to do.
export function send(store, addresses) {
  const work = () => sendAll(store, addresses);
  return navigator.locks ? navigator.locks.request(`mulin-send-${store.user}`, work) : work();
}
