/** Play, edit and delete one recording. */
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement, type SubmitEvent } from 'react';
import { answered, ApiError, base, client } from '../../api/client.ts';
import { useText } from '../../i18n/language.ts';
import { ProblemNote } from '../../lists/problem.tsx';
import { Advice } from './advice.tsx';
import { AssetPlayer } from './asset-player.tsx';
import { audioPath, type VoiceAsset } from './assets.ts';
import { Dialog } from '../../lists/dialog.tsx';
import { useWordErrors, WordFields } from './word-fields.tsx';

interface OneAsset {
  readonly asset: VoiceAsset;
  readonly onClose: () => void;
}

export const PlayDialog = ({ asset, onClose }: OneAsset): ReactElement => (
  <Dialog title={asset.name} isOpen size={620} onClose={onClose}>
    <Stack gap="md">
      {asset.description !== '' && <Text size="sm">{asset.description}</Text>}
      <AssetPlayer
        url={`${base}${audioPath(asset.id)}`}
        durationMs={asset.durationMs}
        downloadUrl={`${base}${audioPath(asset.id)}?download=1`}
        autoPlay
      />
      <Advice asset={asset} />
    </Stack>
  </Dialog>
);

export const EditDialog = ({ asset, onClose }: OneAsset): ReactElement => {
  const t = useText();
  const queries = useQueryClient();
  const wordErrors = useWordErrors();
  const [words, setWords] = useState({ name: asset.name, description: asset.description });
  const save = useMutation({
    mutationFn: () =>
      answered(
        // As it was when the dialog was opened: what others save meanwhile is not what was edited.
        client.PATCH('/voice-assets/{id}', {
          params: { path: { id: asset.id } },
          body: { ...words, version: asset.version },
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['voice-assets'] });
      onClose();
    },
    onError: () => undefined,
  });
  const errors = wordErrors(words);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (errors.name === null && errors.description === null && !save.isPending) save.mutate();
  };
  return (
    <Dialog title={t('voiceAssets.editTitle')} isOpen isBusy={save.isPending} onClose={onClose}>
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <WordFields words={words} errors={errors} isBusy={save.isPending} onChange={setWords} />
          <Text size="sm" c="dimmed">
            {t('voiceAssets.fixed')}
          </Text>
          {save.isError && <ProblemNote error={save.error} />}
          <Group justify="end">
            <Button variant="default" onClick={onClose} disabled={save.isPending}>
              {t('voiceAssets.cancel')}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {t('voiceAssets.confirm')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
};

export const DeleteDialog = ({ asset, onClose }: OneAsset): ReactElement => {
  const t = useText();
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => client.DELETE('/voice-assets/{id}', { params: { path: { id: asset.id } } }),
    // Whatever it says, the list may be old: somebody else may have used or deleted it.
    onSettled: () => queries.invalidateQueries({ queryKey: ['voice-assets', 'list'] }),
    onSuccess: onClose,
    onError: () => undefined,
  });
  const isInUse = remove.error instanceof ApiError && remove.error.code === 'asset/in-use';
  return (
    <Dialog title={t('voiceAssets.deleteTitle')} isOpen isBusy={remove.isPending} onClose={onClose}>
      <Stack gap="md">
        <Text>{t('voiceAssets.deleteText', { name: asset.name })}</Text>
        {isInUse && (
          <Alert color="red" role="alert">
            {t('voiceAssets.inUse')}
          </Alert>
        )}
        {remove.isError && !isInUse && <ProblemNote error={remove.error} />}
        <Group justify="end">
          <Button variant="default" onClick={onClose} disabled={remove.isPending} data-autofocus>
            {t('voiceAssets.cancel')}
          </Button>
          <Button
            color="red"
            loading={remove.isPending}
            disabled={isInUse}
            onClick={() => remove.mutate()}
          >
            {t('voiceAssets.confirm')}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
};
