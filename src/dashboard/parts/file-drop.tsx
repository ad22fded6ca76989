import { useState } from 'preact/hooks';

interface FileDropProps {
  readonly label: string;
  readonly hint: string;
  readonly files: readonly File[];
  readonly onFiles: (files: readonly File[]) => void;
}

/** A place for files: dropped, or chosen by mouse or keyboard. */
export function FileDrop({ label, hint, files, onFiles }: FileDropProps) {
  const [isOver, setOver] = useState(false);
  const take = (list: FileList | null | undefined) => {
    if (list && list.length > 0) onFiles([...list]);
  };
  return (
    <label
      class={isOver ? 'drop is-over' : 'drop'}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer?.files);
      }}
    >
      <strong>{label}</strong>
      <br />
      <span class="fine">{files.length === 0 ? hint : namesOf(files)}</span>
      <input type="file" multiple onChange={(event) => take(event.currentTarget.files)} />
    </label>
  );
}

function namesOf(files: readonly File[]): string {
  const [first] = files;
  return files.length === 1
    ? `${first.name} (${size(first.size)})`
    : `${files.length} files: ${first.name}, …`;
}

function size(bytes: number): string {
  if (bytes < 1e3) return `${bytes} bytes`;
  return bytes < 1e6 ? `${Math.round(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
