const magic = 0xfd2fb528;
const skippableMagic = 0x184d2a50;
const runLengthBlock = 1;

/** So many bytes come next; the walker is given them where it has to look at them. */
interface Step {
  readonly length: number;
  readonly isSeen: boolean;
}

const see = (length: number): Step => ({ length, isSeen: true });
const skip = (length: number): Step => ({ length, isSeen: false });

function littleEndian(bytes: readonly number[]): number {
  return bytes.reduceRight((value, byte) => value * 256 + byte, 0);
}

/** The parts of one frame: RFC 8878, section 3.1. */
function* walkFrame(): Generator<Step, void, readonly number[]> {
  const first = littleEndian(yield see(4));
  if (first - (first % 16) === skippableMagic) {
    yield skip(littleEndian(yield see(4)));
    return;
  }
  // Not a frame: the decoder will say so.
  if (first !== magic) return;
  const [descriptor] = yield see(1);
  yield skip(headerLength(descriptor));
  let isLast = false;
  while (!isLast) {
    const block = littleEndian(yield see(3));
    isLast = block % 2 === 1;
    const isRun = (block >> 1) % 4 === runLengthBlock;
    yield skip(isRun ? 1 : block >> 3);
  }
  const hasChecksum = (descriptor & 4) !== 0;
  if (hasChecksum) yield skip(4);
}

/** Bytes of a frame header after its descriptor: window, dictionary id, content size. */
function headerLength(descriptor: number): number {
  const isSingleSegment = (descriptor & 32) !== 0;
  const sizeFlag = descriptor >> 6;
  const contentSize = sizeFlag === 0 ? Number(isSingleSegment) : 2 ** sizeFlag;
  const dictionary = [0, 1, 2, 4][descriptor & 3];
  return Number(!isSingleSegment) + dictionary + contentSize;
}

/**
 * The same bytes, cut where Zstandard frames end. The decoder of Node drops what follows a frame in the same chunk, and
 * those who write long streams begin a new frame every so often.
 */
export async function* cutAtFrames(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let walker = walkFrame();
  let step = walker.next().value as Step;
  let left = step.length;
  let seen: number[] = [];
  for await (const chunk of bytes) {
    let start = 0;
    let position = 0;
    while (position < chunk.length) {
      const taken = Math.min(left, chunk.length - position);
      if (step.isSeen) seen.push(...chunk.subarray(position, position + taken));
      position += taken;
      left -= taken;
      while (left === 0) {
        const next = walker.next(seen);
        seen = [];
        if (next.done) {
          yield chunk.subarray(start, position);
          start = position;
          walker = walkFrame();
        }
        step = next.done ? (walker.next().value as Step) : next.value;
        left = step.length;
      }
    }
    if (start < chunk.length) yield chunk.subarray(start);
  }
}
