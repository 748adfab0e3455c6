// Reads a QR code through the camera: with the browser's own detector, or with jsQR. The picture never leaves the phone.
const EVERY = 200;
let library;

function jsqr() {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL("../../vendor/jsqr.js", import.meta.url);
    script.onload = () => resolve(window.jsQR);
    script.onerror = reject;
    document.head.append(script);
  });
  return library;
}

async function reader() {
  if ("BarcodeDetector" in window && (await window.BarcodeDetector.getSupportedFormats()).includes("qr_code")) {
    const detector = new window.BarcodeDetector({ formats: ["qr_code"] });
    return async (canvas) => (await detector.detect(canvas))[0]?.rawValue;
  }
  const read = await jsqr();
  return async (_canvas, pixels) => read(pixels.data, pixels.width, pixels.height)?.data;
}

function frame(video, canvas) {
  const scale = Math.min(1, 640 / video.videoWidth);
  canvas.width = Math.round(video.videoWidth * scale);
  canvas.height = Math.round(video.videoHeight * scale);
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.drawImage(video, 0, 0, canvas.width, canvas.height);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

// Opens the sheet; found(text) answers {ok, words}: an unknown code is told, a known one closes the sheet. Fails where no
// camera is to be had: it is refused, taken, or there is none. Whoever asked says what can be done instead.
export async function scan(sheet, found) {
  const video = sheet.querySelector("[data-scan-video]");
  const note = sheet.querySelector("[data-scan-note]");
  const read = await reader();
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
  const stop = () => stream.getTracks().forEach((track) => track.stop());
  sheet.addEventListener("close", stop, { once: true });
  video.srcObject = stream;
  sheet.showModal();
  await video.play();
  const canvas = document.createElement("canvas");
  while (sheet.open) {
    const pixels = video.videoWidth ? frame(video, canvas) : null;
    const text = pixels ? await read(canvas, pixels) : null;
    const { ok, words } = text ? found(text) : {};
    if (words) note.textContent = words;
    if (ok) {
      sheet.close();
      return words;
    }
    await new Promise((resolve) => setTimeout(resolve, EVERY));
  }
  return "";
}
