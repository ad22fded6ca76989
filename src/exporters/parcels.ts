const parcelBytes = 256 * 1024;

/**
 * The same bytes in pieces of a size that is worth sending.
 * @param pieces copied before the next one is asked for
 */
export function* inParcels(pieces: Iterable<Uint8Array>): Generator<Buffer> {
  let parcel = Buffer.allocUnsafeSlow(parcelBytes);
  let end = 0;
  for (const piece of pieces) {
    if (end + piece.length > parcel.length) {
      if (end > 0) yield parcel.subarray(0, end);
      parcel = Buffer.allocUnsafeSlow(Math.max(parcelBytes, piece.length));
      end = 0;
    }
    parcel.set(piece, end);
    end += piece.length;
  }
  if (end > 0) yield parcel.subarray(0, end);
}
