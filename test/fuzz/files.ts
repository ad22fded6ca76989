import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { smallItems, smallModels, smallWideCsv } from '../support/fixtures.ts';
import { writeZip } from '../support/zip.ts';

const models = fc.uniqueArray(fc.constantFrom(...smallModels, 'new-00', 'new-01', 'm"q', 'ü,ü'), {
  minLength: 1,
  maxLength: 5,
});
const items = fc.uniqueArray(fc.constantFrom(...smallItems, 'extra-0', 'extra/1'), {
  minLength: 1,
  maxLength: 6,
});
const cell = fc.constantFrom('0', '1', '0.5', '', 'true');

const quoted = (text: string) => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

const csv = fc
  .tuple(models, items, fc.array(cell, { minLength: 40, maxLength: 40 }))
  .map(([rows, columns, cells]) =>
    [
      ['model', ...columns].map(quoted).join(','),
      ...rows.map((model, m) =>
        [quoted(model), ...columns.map((_, j) => cells[m * columns.length + j])].join(','),
      ),
    ].join('\n'),
  );

const ndjson = fc
  .tuple(models, items)
  .map(([rows, columns]) =>
    rows
      .map((model) => JSON.stringify({ model, scores: Object.fromEntries(columns.map((item) => [item, 1])) }))
      .join('\n'),
  );

const boundary = 'x-fuzz-x';

function form(names: readonly string[], content: string): Buffer {
  const parts = names.map(
    (name, k) =>
      `--${boundary}\r\ncontent-disposition: form-data; name="file${k}"; filename="${name}"\r\n\r\n${content}\r\n`,
  );
  return Buffer.from(`${parts.join('')}--${boundary}--\r\n`);
}

/** A body of a media type other than JSON, such that it likely is taken; and the content type to say. */
export function fileOf(mediaType: string): fc.Arbitrary<{ readonly type: string; readonly bytes: Buffer }> {
  const text = mediaType.includes('json') ? ndjson : fc.oneof(csv, csv, fc.constant(smallWideCsv));
  return text.map((content) => {
    switch (mediaType) {
      case 'multipart/form-data':
        return { type: `${mediaType}; boundary=${boundary}`, bytes: form(['history.csv'], content) };
      case 'application/gzip':
        return { type: mediaType, bytes: gzipSync(content) };
      case 'application/zip':
        return { type: mediaType, bytes: writeZip([{ name: 'history.csv', content }]) };
      default:
        return { type: mediaType, bytes: Buffer.from(content) };
    }
  });
}
