// Hash functions are a published contract: a changed hash is a new function with a new name, never an edit of these.

// Looked up once: where globals are guarded, as in tests, every look costs more than the multiplication.
const { imul } = Math;

/** FNV-1a, 32 bits, over UTF-16 code units (Fowler, Noll and Vo 1991; the units are GrowthBook's choice). */
export function fnv1a32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return hash >>> 0;
}

/** MurmurHash3 x86 32-bit with seed 0 over UTF-8 bytes (Appleby 2011). */
export function murmur3(text: string): number {
  const bytes = new TextEncoder().encode(text);
  const blocks = bytes.length & ~3;
  let hash = 0;
  for (let i = 0; i < blocks; i += 4) {
    const block = bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24);
    hash = rotate(hash ^ scramble(block), 13);
    hash = (imul(hash, 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  for (let i = bytes.length - 1; i >= blocks; i--) tail = (tail << 8) | bytes[i];
  hash ^= scramble(tail) ^ bytes.length;
  hash = imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function scramble(block: number): number {
  return imul(rotate(imul(block, 0xcc9e2d51), 15), 0x1b873593);
}

function rotate(x: number, bits: number): number {
  return (x << bits) | (x >>> (32 - bits));
}
