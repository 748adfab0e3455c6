// The hub as an app: its service worker, whose pages it keeps, and the offer to put it on the home screen.
const DISMISSED = "install-hint-closed";

function asked(worker, message) {
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = resolve;
    worker.postMessage(message, [channel.port2]);
  });
}

async function tell(user) {
  const { active } = await navigator.serviceWorker.ready;
  await asked(active, { kind: "who", user });
  await keepPages(active);
  document.documentElement.dataset.app = "ready"; // pages that keep themselves wait for this
  document.dispatchEvent(new Event("app:ready"));
}

// Pages that this person may need without network are taken along as soon as something on a page speaks of them.
async function keepPages(active) {
  const addresses = [...document.querySelectorAll("[data-keep]")].map(({ dataset }) => dataset.keep);
  if (addresses.length) await asked(active, { kind: "keep", addresses });
}

function offer() {
  const box = document.querySelector("[data-install]");
  if (!box || localStorage.getItem(DISMISSED) || matchMedia("(display-mode: standalone)").matches) return;
  box.querySelector("[data-install-close]").addEventListener("click", () => {
    localStorage.setItem(DISMISSED, "yes");
    box.hidden = true;
  });
  // Safari never asks by itself; its way is told in words.
  const byHand = /iPhone|iPad/.test(navigator.userAgent);
  box.querySelector("[data-install-how]").hidden = !byHand;
  box.hidden = !byHand;
  window.addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    const button = box.querySelector("[data-install-button]");
    button.hidden = box.hidden = false;
    button.onclick = () => event.prompt().then(() => (box.hidden = true));
  });
}

export function watchApp() {
  offer();
  if (!("serviceWorker" in navigator) || !window.isSecureContext) return;
  const { sw, user } = document.body.dataset;
  navigator.serviceWorker
    .register(sw, { type: "module", scope: "/" })
    .then(() => tell(user))
    .catch(() => {}); // private windows and old browsers: everything works, with network
}
