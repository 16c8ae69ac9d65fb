/** Sends a form and tells how much of it is on its way; `fetch` does not. */
import { ApiError, base, errorOf, tokenHeaders } from './client.ts';

export interface UploadOptions {
  /** Share of the form that has been sent, 0–1. */
  readonly onProgress: (share: number) => void;
  readonly signal?: AbortSignal;
}

const headersOf = (request: XMLHttpRequest): Headers => {
  const headers = new Headers();
  for (const line of request.getAllResponseHeaders().split('\r\n')) {
    const [name = '', ...value] = line.split(': ');
    if (name !== '') headers.append(name, value.join(': '));
  }
  return headers;
};

/** @returns the answer of a success; a refusal is thrown as an `ApiError` */
export const uploadForm = (
  path: string,
  form: FormData,
  { onProgress, signal }: UploadOptions,
): Promise<Response> =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', `${base}${path}`);
    request.responseType = 'blob';
    for (const [name, value] of Object.entries(tokenHeaders()))
      request.setRequestHeader(name, value);
    request.upload.addEventListener('progress', ({ loaded, total }) =>
      onProgress(total === 0 ? 0 : loaded / total),
    );
    request.addEventListener('load', () => {
      const { status, statusText } = request;
      const headers = headersOf(request);
      const response = new Response(request.response as Blob, { status, statusText, headers });
      if (response.ok) resolve(response);
      else void errorOf(response).then(reject, reject);
    });
    const message = 'The server does not answer.';
    request.addEventListener('error', () =>
      reject(new ApiError({ status: 0, code: 'console/unreachable', message })),
    );
    request.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
    signal?.addEventListener('abort', () => request.abort(), { once: true });
    request.send(form);
  });
