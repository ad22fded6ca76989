import { askForKey, authorization, currentKey } from './key.ts';
import { ApiError, unreachable } from './problem.ts';

/**
 * Sends files, one as the body and several as a form. By XMLHttpRequest, since `fetch` does not tell how much has been sent.
 * @param onProgress told the share of the bytes sent, 0 to 1
 * @throws ApiError with what the service says is wrong
 */
export function upload<Data>(
  path: string,
  query: Readonly<Record<string, string | undefined>>,
  files: readonly File[],
  onProgress: (share: number) => void,
): Promise<Data> {
  const given = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]));
  const parameters = new URLSearchParams(given);
  const isForm = files.length > 1;
  if (!isForm) parameters.set('filename', files[0].name);
  const request = new XMLHttpRequest();
  request.open('POST', `${path}?${parameters}`);
  const sentKey = currentKey();
  for (const [name, value] of Object.entries(authorization())) request.setRequestHeader(name, value);
  if (!isForm) request.setRequestHeader('content-type', 'application/octet-stream');
  return new Promise((resolve, reject) => {
    request.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 1 : loaded / total);
    request.onerror = () => reject(unreachable());
    request.onload = () => {
      const body = parseJson(request.responseText);
      if (request.status === 401) askForKey(sentKey);
      if (request.status < 400) resolve(body as Data);
      else reject(new ApiError(request.status, body));
    };
    request.send(isForm ? toForm(files) : files[0]);
  });
}

function toForm(files: readonly File[]): FormData {
  const form = new FormData();
  // A file of a folder keeps its path: harnesses say there what is theirs.
  for (const file of files) form.append('file', file, file.webkitRelativePath || file.name);
  return form;
}

function parseJson(text: string): object {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
