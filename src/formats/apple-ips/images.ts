// Loaded images, and which of them holds an address.

/** `end` is exclusive. */
export type Image = { readonly name: string; readonly start: bigint; readonly end: bigint }

/** Name of the image that holds `address`; '' when it lies outside all. */
export function imageAt(images: readonly Image[], address: bigint): string {
  return images.find((image) => address >= image.start && address < image.end)?.name ?? ''
}

export type Counter = { readonly pc: string; readonly pc_image: string; readonly pc_known: number }

/**
 * Where the program counter stood. `complete`: the list of images is whole; of a cut list only a hit says something,
 * since an address outside every image is a strong sign that must not come from a damaged file.
 */
export function counterOf(
  pc: bigint | null,
  images: readonly Image[],
  complete: boolean,
  hex: (v: bigint) => string,
): Counter {
  if (pc === null) return { pc: '', pc_image: '', pc_known: 0 }
  const image = imageAt(images, pc)
  return { pc: hex(pc), pc_image: image, pc_known: image !== '' || (complete && images.length > 0) ? 1 : 0 }
}
