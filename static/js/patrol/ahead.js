// On “今天”: take the day's patrols along before the worker leaves the network.
import { renew } from "./queue.js";
import { openStore } from "./store.js";

const box = document.querySelector("[data-take-along]");
const store = await openStore(document.body.dataset.user);
await renew(store, { pack: box.dataset.takeAlong }).catch(() => {}); // without network there is what was taken before
