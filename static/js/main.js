// Loaded by every page; each part looks for its own data attributes and is harmless where there are none.
import { watchDialogs } from "./dialogs.js";
import { watchForms } from "./forms.js";
import { watchReplies } from "./replies.js";
import { watchPhotos } from "./photos.js";
import { watchSwitches } from "./elder.js";
import { watchApp } from "./installed.js";
import { watchOffline } from "./offline.js";
import { showToast, watchToasts } from "./toast.js";

const word = (name) => document.body.dataset[`words${name}`];

function watchSmallThings() {
  document.addEventListener("click", async (event) => {
    const copier = event.target.closest("[data-copy]");
    if (copier) {
      await navigator.clipboard.writeText(copier.dataset.copy);
      showToast(word("Copied"), "success");
    }
    if (event.target.closest("[data-print]")) window.print();
    if (event.target.closest("[data-reload]")) location.reload();
  });
}

function watchRequests() {
  // What only helps along (suggestions while typing) fails without a word.
  const said = (event) => !event.target.closest?.("[data-quiet-errors]");
  document.addEventListener("htmx:sendError", (event) => said(event) && showToast(word("Offline"), "warning"));
  document.addEventListener("htmx:responseError", (event) => said(event) && showToast(word("Failed"), "danger"));
}

async function drawCharts(root) {
  if (!root.querySelector("[data-chart]") && !root.matches?.("[data-chart]")) return;
  const { draw } = await import("./charts.js");
  await draw(root);
}

function prepare(root) {
  watchForms(root);
  watchPhotos(root);
  drawCharts(root);
  if (matchMedia("(min-width: 768px)").matches) root.querySelectorAll("details[data-wide-open]").forEach((bar) => (bar.open = true));
  root.querySelector("[data-focus]")?.focus();
}

watchDialogs();
watchSwitches();
watchOffline();
watchToasts();
watchSmallThings();
watchReplies();
watchRequests();
watchApp();
prepare(document);
document.addEventListener("htmx:load", (event) => event.detail.elt !== document.body && prepare(event.detail.elt));
