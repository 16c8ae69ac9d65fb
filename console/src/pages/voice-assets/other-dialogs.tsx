/** Play, edit and delete one recording. */
import { Alert, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { answered, ApiError, base, client } from '../../api/client.ts';
import { useText } from '../../i18n/language.ts';
import { ConfirmDialog } from '../../lists/confirm-dialog.tsx';
import { Dialog } from '../../lists/dialog.tsx';
import { OvertakenNote, useEdit } from '../../lists/edit.tsx';
import { FormDialog } from '../../lists/form-dialog.tsx';
import { Advice } from './advice.tsx';
import { AssetPlayer } from './asset-player.tsx';
import { audioPath, type VoiceAsset } from './assets.ts';
import { useWordErrors, WordFields } from './word-fields.tsx';

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
  const params = { path: { id: asset.id } };
  const close = (): void => {
    void queries.invalidateQueries({ queryKey: ['voice-assets'] });
    onClose();
  };
  const { words, write, send, submit, overtaken } = useEdit({
    item: asset,
    labels: [
      ['name', t('voiceAssets.name.label')],
      ['description', t('voiceAssets.description.label')],
    ],
    save: ({ name, description }, version) =>
      answered(
        client.PATCH('/voice-assets/{id}', { params, body: { name, description, version } }),
      ),
    read: () => answered(client.GET('/voice-assets/{id}', { params })),
    onSaved: close,
  });
  const errors = wordErrors(words);
  return (
    <FormDialog
      title={t('voiceAssets.editTitle')}
      submit={t('voiceAssets.confirm')}
      sending={send}
      isMarked={overtaken !== null}
      onSubmit={() => {
        if (errors.name === null && errors.description === null) submit();
      }}
      onClose={close}
    >
      <WordFields words={words} errors={errors} isBusy={send.isPending} onChange={write} />
      <Text size="sm" c="dimmed">
        {t('voiceAssets.fixed')}
      </Text>
      {overtaken && <OvertakenNote {...overtaken} />}
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
