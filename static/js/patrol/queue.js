// Sends what waits, in small batches. The hub takes each key once, so whatever is not answered is simply sent again.
import { NeedsLogin, NoNetwork, NotLikeThis, OtherUser, ask } from "./hub.js";
import { outdated, stages, waiting } from "./items.js";

const MOST = 20;
const FILES = 60;
const [HEAVIEST, LIGHTEST] = [6 * 1024 * 1024, 256 * 1024];
const LANES = 2;
let most = HEAVIEST; // halved while nothing gets through: a line too weak for six megabytes still brings a photo or two

// Pages hear of what another page, or the service worker, has sent.
const news = new BroadcastChannel("mulin-patrol");

// What to take along, and the proof that it is still the same person.
export async function renew(store, { pack: address }) {
  const pack = await ask(address).catch((error) => {
    throw error instanceof NotLikeThis ? new NoNetwork(error.why) : error;
  });
  if (String(pack.user) !== store.user) throw new OtherUser();
  await store.keepPack(pack);
  return pack;
}

async function loaded(store, items) {
  const batches = [[]];
  let [weight, files] = [0, 0];
  for (const item of items) {
    const photos = item.photos ? await store.photos(item.key) : [];
    const heavy = photos.reduce((sum, { blob }) => sum + blob.size, 0);
    const last = batches.at(-1);
    if (last.length && (last.length >= MOST || weight + heavy > most || files + photos.length > FILES)) {
      batches.push([]);
      [weight, files] = [0, 0];
    }
    [weight, files] = [weight + heavy, files + photos.length];
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

// Refused though one is signed in: the token was of an earlier login. Asked for anew, it goes once more.
async function posted(store, batch, addresses, proof) {
  const post = () => ask(addresses.sync, { method: "POST", headers: { "X-CSRFToken": proof.csrf }, body: form(batch, store.user) });
  try {
    return await post();
  } catch (error) {
    if (!(error instanceof NeedsLogin)) throw error;
    proof.csrf = (await renew(store, addresses)).csrf;
    return post();
  }
}

async function sendBatch(store, batch, addresses, proof) {
  try {
    const { items } = await posted(store, batch, addresses, proof);
    most = Math.min(HEAVIEST, most * 2);
    await settle(store, batch, items ?? []);
  } catch (error) {
    if (error instanceof NoNetwork) most = Math.max(LIGHTEST, most / 2);
    if (!(error instanceof NotLikeThis)) throw error;
    // One bad apple: find it by sending one at a time.
    if (batch.length === 1) return setAside(store, batch[0].item, error);
    for (const one of batch) await sendBatch(store, [one], addresses, proof);
  }
}

// The one that does not go through. Where the fault is the hub's it waits for the next time; else the worker is asked.
function setAside(store, item, { why, words }) {
  const state = why === "later" ? "queued" : "refused";
  return store.save({ ...item, state, trouble: why, errors: words ? { "": [words] } : {} });
}

async function settle(store, batch, answers) {
  const told = new Map(answers.map((answer) => [answer.key, answer]));
  for (const { item } of batch) {
    const answer = told.get(item.key);
    if (!answer) continue;
    const { result, number, words, errors, conflict } = answer;
    if (result === "later") {
      await setAside(store, item, { why: result });
      continue;
    }
    if (result === "done") await store.dropPhotos(item.key);
    await store.save({ ...item, state: result, trouble: "", number, words, errors, conflict });
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
  const proof = await renew(store, addresses);
  const queue = waiting(await store.items());
  for (const stage of stages(queue)) {
    await lanes(await loaded(store, stage), async (batch) => {
      await sendBatch(store, batch, addresses, proof);
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
