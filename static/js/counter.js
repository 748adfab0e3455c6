// The partner's counter: a code read by the camera goes into the field and is looked up at once.
import { scan } from "./patrol/scan.js";

const form = document.querySelector("[data-counter]");
const field = form.querySelector("[data-code]");
const opener = form.querySelector("[data-scan]");

if (navigator.mediaDevices?.getUserMedia) opener.hidden = false;
opener.addEventListener("click", async () => {
  await scan(document.getElementById("scanner"), (text) => {
    field.value = text;
    return { ok: true, words: text };
  });
  if (field.value) form.requestSubmit();
});
