/** Files that a page makes and the browser keeps. Without the File System calls, which need https. */

/** Most pixels of a picture: what the canvas of a phone can hold. */
const MOST_PIXELS = 16_000_000;
/** Twice the size that it is drawn for, so that it is sharp on a slide. */
const SCALE = 2;
/** Some browsers begin to read a file only after a while (ms). */
const KEPT_MS = 60_000;

/** Gives the file to whoever pressed. */
export async function saveFile(file: Blob, name: string): Promise<void> {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}

/** Draws an SVG picture and saves it as PNG. Rejects if it cannot be drawn. */
export async function savePicture(svg: Blob, name: string): Promise<void> {
  const image = new Image();
  // As `data:`, which the page may show; a blob's address would need a wider content security policy.
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(await svg.text())}`;
  await image.decode();
  const { width, height } = image;
  const scale = Math.min(SCALE, Math.sqrt(MOST_PIXELS / (width * height)));
  const canvas = document.createElement("canvas");
  canvas.width = Math.floor(width * scale);
  canvas.height = Math.floor(height * scale);
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  const png = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (!png) throw new Error("The picture could not be drawn.");
  await saveFile(png, name);
}
