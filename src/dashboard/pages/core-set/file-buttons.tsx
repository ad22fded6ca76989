import type { ComponentChildren } from 'preact';
import { shorten } from '../../text/shorten.ts';

interface FileButtonsProps {
  readonly names: readonly string[];
  readonly save: (at: number) => void;
  readonly manifest?: () => void;
  readonly children?: ComponentChildren;
}

/** Files to save, and what to do with them. */
export function FileButtons({ names, save, manifest, children }: FileButtonsProps) {
  return (
    <>
      <h3>{names.length > 1 ? 'Save these files, in one folder' : 'Save this file'}</h3>
      <div class="choices files">
        {names.map((name, at) => (
          <button
            key={name}
            type="button"
            title={name}
            class={at === 0 ? undefined : 'second'}
            onClick={() => save(at)}
          >
            Save {shorten(name, 26)}
          </button>
        ))}
        {manifest && (
          <button type="button" class="quiet" onClick={manifest}>
            Manifest<span class="visually-hidden">: save it</span>
          </button>
        )}
      </div>
      {children}
    </>
  );
}
