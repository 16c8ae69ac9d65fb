/** What this area asks of the server. */
import { queryOptions } from '@tanstack/react-query';
import { answered, client, type Schemas } from '../../api/client.ts';
import { everyPage, pagesOf } from '../../api/pages.ts';
import { uploadForm, type UploadOptions } from '../../api/upload.ts';

export type VoiceAsset = Schemas['VoiceAsset'];
export type AssetSort = 'name' | 'duration' | 'size' | 'created';

export interface AssetOrder {
  readonly search?: string;
  readonly sort?: AssetSort;
  readonly direction?: 'asc' | 'desc';
}

export const assetsQuery = (sorted: AssetOrder) =>
  pagesOf(['voice-assets', 'list', sorted], (order, signal) =>
    answered(client.GET('/voice-assets', { params: { query: { ...sorted, ...order } }, signal })),
  );

/** To choose one from. */
export const assetChoicesQuery = queryOptions({
  queryKey: ['voice-assets', 'choices'],
  queryFn: ({ signal }) =>
    everyPage((query) =>
      answered(
        client.GET('/voice-assets', {
          params: { query: { ...query, sort: 'name', direction: 'asc' } },
          signal,
        }),
      ),
    ),
});

export const assetQuery = (id: string) =>
  queryOptions({
    queryKey: ['voice-assets', 'one', id],
    queryFn: ({ signal }) =>
      answered(client.GET('/voice-assets/{id}', { params: { path: { id } }, signal })),
    // An event says when it is measured; this is for a stream that was cut.
    refetchInterval: ({ state }) => (state.data?.prepared === 'pending' ? 2000 : false),
  });

export const conversionQuery = queryOptions({
  queryKey: ['voice-assets', 'conversions'],
  staleTime: 10 * 60_000,
  queryFn: ({ signal }) => answered(client.GET('/voice-assets/conversions', { signal })),
});

export const uploadAsset = async (
  draft: { readonly name: string; readonly description: string; readonly file: File },
  options: UploadOptions,
): Promise<VoiceAsset> => {
  const form = new FormData();
  form.append('name', draft.name);
  form.append('description', draft.description);
  form.append('file', draft.file);
  const response = await uploadForm('/voice-assets', form, options);
  return (await response.json()) as VoiceAsset;
};

/** @returns an MP3 that keeps to the rules, under the name of the old file */
export const convertFile = async (file: File, options: UploadOptions): Promise<File> => {
  const form = new FormData();
  form.append('file', file);
  const response = await uploadForm('/voice-assets/conversions', form, options);
  const name = `${file.name.replace(/\.[^.]*$/, '')}.mp3`;
  return new File([await response.blob()], name, { type: 'audio/mpeg' });
};

export const audioPath = (id: string): string => `/voice-assets/${id}/audio`;
