// Photos are made small on the phone, which also drops the place hidden inside them. What cannot be drawn is kept as it
// is where the hub can read it (HEIC), and refused in words where nobody could.
const SIDE = 1600;
const QUALITY = 0.82;
const LIMIT = 20 * 1024 * 1024; // what the hub takes

export class BadPhoto extends Error {
  constructor(why, megabytes = 0) {
    super(why);
    this.why = why;
    this.megabytes = megabytes;
  }
}

async function head(file) {
  const bytes = new Uint8Array(await file.slice(0, 16).arrayBuffer());
  return String.fromCharCode(...bytes);
}

function isPicture(start) {
  return start.startsWith("\xff\xd8\xff") || start.startsWith("\x89PNG") || start.startsWith("GIF8") || start.startsWith("BM")
    || (start.startsWith("RIFF") && start.slice(8, 12) === "WEBP") || isHeic(start);
}

const isHeic = (start) => start.slice(4, 8) === "ftyp" && /^(hei|hev|mif|msf|avi)/.test(start.slice(8, 11));

async function drawn(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  if (!blob) throw new Error("nothing drawn");
  return blob;
}

// The blob to keep, its name, and whether this phone can show it. Throws BadPhoto.
export async function shrink(file) {
  const start = await head(file);
  if (!isPicture(start)) throw new BadPhoto("not_a_photo");
  try {
    return { blob: await drawn(file), name: file.name.replace(/\.\w+$/, "") + ".jpg", shown: true };
  } catch {
    if (!isHeic(start)) throw new BadPhoto("not_a_photo");
    if (file.size > LIMIT) throw new BadPhoto("too_big", Math.round(file.size / 1048576));
    return { blob: file, name: file.name, shown: false };
  }
}
