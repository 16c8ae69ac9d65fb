import { Combobox, Kbd, Loader, Text, TextInput, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { skipToken, useQuery } from '@tanstack/react-query';
import { IconSearch } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { answered, client } from '../api/client.ts';
import { useText } from '../i18n/language.ts';
import { ProblemNote } from '../lists/problem.tsx';
import { useTimeTexts } from '../session.tsx';
import { isTyping } from './typing.ts';

/** Shorter texts would find everybody. */
const LEAST = 2;

const useFound = (text: string) =>
  useQuery({
    queryKey: ['calls', 'search', text],
    staleTime: 10_000,
    queryFn:
      text.length < LEAST
        ? skipToken
        : ({ signal }) =>
            answered(client.GET('/search', { params: { query: { q: text } }, signal })),
  });

/** Focused by `/` from anywhere. */
const useSlash = (focus: () => void): void => {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || isTyping(event.target)) return;
      event.preventDefault();
      focus();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [focus]);
};

const Options = ({ text }: { readonly text: string }) => {
  const t = useText();
  const time = useTimeTexts();
  const { data, error, isPending, refetch } = useFound(text);
  if (error) return <ProblemNote error={error} onRetry={() => void refetch()} />;
  if (isPending) return <Combobox.Empty>{t('list.loading')}</Combobox.Empty>;
  const { number, calls, recordings, agents } = data;
  if (calls.length + recordings.length + agents.length === 0)
    return <Combobox.Empty>{t('search.nothing')}</Combobox.Empty>;
  return (
    <>
      {calls.length > 0 && (
        <Combobox.Group label={t('search.calls')}>
          {calls.map((call) => (
            <Combobox.Option key={call.id} value={`/calls/${call.id}`}>
              <Text size="sm">{`${call.caller} → ${call.callee}`}</Text>
              <Text size="xs" c="dimmed">
                {time.instant(call.startedAt)}
              </Text>
            </Combobox.Option>
          ))}
          {number !== null && (
            <Combobox.Option value={`/calls?number=${encodeURIComponent(JSON.stringify(number))}`}>
              {t('search.callsOf', { number })}
            </Combobox.Option>
          )}
        </Combobox.Group>
      )}
      {recordings.length > 0 && (
        <Combobox.Group label={t('search.recordings')}>
          {recordings.map((recording) => (
            <Combobox.Option key={recording.id} value={`/recordings/${recording.id}`}>
              {`${recording.caller} → ${recording.callee}`}
            </Combobox.Option>
          ))}
        </Combobox.Group>
      )}
      {agents.length > 0 && (
        <Combobox.Group label={t('search.agents')}>
          {agents.map(({ id, name, agentId }) => (
            <Combobox.Option key={id} value={`/calls?agentId=${encodeURIComponent(id)}`}>
              {t('search.callsOfAgent', { name, agentId })}
            </Combobox.Option>
          ))}
        </Combobox.Group>
      )}
    </>
  );
};

export const Search = () => {
  const t = useText();
  const navigate = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const [asked] = useDebouncedValue(text.trim(), 200);
  const { isFetching } = useFound(asked);
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const [focus] = useState(() => () => input.current?.focus());
  useSlash(focus);
  const isAsked = text.trim().length >= LEAST;
  return (
    <Combobox
      store={combobox}
      width={360}
      position="bottom-start"
      // Measuring where it would open costs the first drawing of every page.
      keepMounted={false}
      onOptionSubmit={(href) => {
        combobox.closeDropdown();
        setText('');
        input.current?.blur();
        void navigate({ href });
      }}
    >
      <Combobox.Target>
        <TextInput
          ref={input}
          type="search"
          size="xs"
          w={230}
          visibleFrom="sm"
          maxLength={100}
          aria-label={t('search.title')}
          placeholder={t('search.hint')}
          leftSection={isFetching ? <Loader size={14} /> : <IconSearch size={14} aria-hidden />}
          rightSection={text === '' ? <Kbd size="xs">/</Kbd> : undefined}
          value={text}
          onChange={({ currentTarget }) => {
            setText(currentTarget.value);
            combobox.openDropdown();
          }}
          onFocus={() => combobox.openDropdown()}
          onBlur={() => combobox.closeDropdown()}
          onKeyDown={(event) => {
            if (event.key === 'Escape') input.current?.blur();
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={!isAsked}>
        <Combobox.Options aria-label={t('search.title')}>
          {isAsked && <Options text={asked} />}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
};
