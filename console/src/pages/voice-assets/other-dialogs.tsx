/** Play, edit and delete one recording. */
import { Alert, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { answered, ApiError, base, client } from '../../api/client.ts';
import { useText } from '../../i18n/language.ts';
import { ConfirmDialog } from '../../lists/confirm-dialog.tsx';
import { Dialog } from '../../lists/dialog.tsx';
import { OvertakenNote, useEdit } from '../../lists/edit.tsx';
import { FormDialog } from '../../lists/form-dialog.tsx';
import { Advice } from './advice.tsx';
import { AssetPlayer } from './asset-player.tsx';
import { audioPath, type VoiceAsset } from './assets.ts';
import { useWordErrors, WordFields, type Words } from './word-fields.tsx';

interface OneAsset {
  readonly asset: VoiceAsset;
  readonly onClose: () => void;
}

export const PlayDialog = ({ asset, onClose }: OneAsset): ReactElement => (
  <Dialog title={asset.name} size={620} onClose={onClose}>
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
  const wordErrors = useWordErrors();
  const queries = useQueryClient();
  const [words, setWords] = useState<Words>({ name: asset.name, description: asset.description });
  const params = { path: { id: asset.id } };
  const close = (): void => {
    void queries.invalidateQueries({ queryKey: ['voice-assets'] });
    onClose();
  };
  const { send, theirs } = useEdit({
    item: asset,
    save: (draft: Words, version) =>
      answered(client.PATCH('/voice-assets/{id}', { params, body: { ...draft, version } })),
    read: () => answered(client.GET('/voice-assets/{id}', { params })),
    onSaved: close,
  });
  const take = ({ name, description }: VoiceAsset): void => {
    setWords({ name, description });
    send.reset();
  };
  const errors = wordErrors(words);
  return (
    <FormDialog
      title={t('voiceAssets.editTitle')}
      submit={t('voiceAssets.confirm')}
      sending={send}
      isMarked={theirs !== null}
      onSubmit={() => {
        if (errors.name === null && errors.description === null) send.mutate(words);
      }}
      onClose={close}
    >
      <WordFields words={words} errors={errors} isBusy={send.isPending} onChange={setWords} />
      <Text size="sm" c="dimmed">
        {t('voiceAssets.fixed')}
      </Text>
      {theirs && (
        <OvertakenNote
          theirs={[
            { label: t('voiceAssets.name.label'), value: theirs.name },
            { label: t('voiceAssets.description.label'), value: theirs.description },
          ]}
          onTake={() => take(theirs)}
        />
      )}
    </FormDialog>
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
  });
  const isInUse = remove.error instanceof ApiError && remove.error.code === 'asset/in-use';
  return (
    <ConfirmDialog
      title={t('voiceAssets.deleteTitle')}
      confirm={t('voiceAssets.confirm')}
      act={remove}
      refusal={
        isInUse ? (
          <Alert color="red" role="alert">
            {t('voiceAssets.inUse')}
          </Alert>
        ) : null
      }
      onClose={onClose}
    >
      <Text>{t('voiceAssets.deleteText', { name: asset.name })}</Text>
    </ConfirmDialog>
  );
};
