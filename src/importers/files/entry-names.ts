import { unreadable } from './unreadable.ts';

const maxNameLength = 1024;
/** What systems put beside the files that were meant. */
const junk = /(^|\/)(__MACOSX(\/|$)|\.DS_Store$|\._[^/]*$|Thumbs\.db$)/;

/** Whether an entry of an archive is nothing its sender meant to send. */
export function isJunk(name: string): boolean {
  return junk.test(name);
}

/**
 * The name of an entry as a path inside its archive. Nothing is ever written by such a name; one that leads out of the
 * archive was not made by an honest tool all the same.
 * @throws DomainError unreadable-log
 */
export function checkEntryName(name: string, archive: string): string {
  const path = name.replaceAll('\\', '/').replace(/^\.\//, '');
  const isOutside = path.startsWith('/') || /^[a-z]:/i.test(path) || path.split('/').includes('..');
  if (isOutside || path.includes('\0') || path.length > maxNameLength) {
    throw unreadable(archive, `the entry name ${JSON.stringify(name.slice(0, 80))} leads out of the archive`);
  }
  return path;
}
