// Where a code is typed or read by the camera: what the camera reads goes into the field and is looked up at once.
import { scan } from "./patrol/scan.js";

const form = document.querySelector("[data-counter]");
const field = form.querySelector("[data-code]");
const opener = form.querySelector("[data-scan]");
const refused = form.querySelector("[data-no-camera]");

// Where the browser lets no page near a camera, the button is not there to disappoint.
if (navigator.mediaDevices?.getUserMedia) opener.hidden = false;
opener.addEventListener("click", async () => {
  let read = "";
  refused.hidden = true;
  try {
    await scan(document.getElementById("scanner"), (text) => {
      read = text;
      return { ok: true, words: text };
    });
  } catch {
    refused.hidden = false;
    field.focus();
  }
  if (!read) return;
  field.value = read;
  form.requestSubmit();
});
