import { ActionIcon, Button, Chip, Group, Input, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useLanguage, useText } from '../../i18n/language.ts';
import type { TaskOrder } from './outbound.ts';

type Window = NonNullable<TaskOrder['windows']>[number];

const week = [1, 2, 3, 4, 5, 6, 7] as const;
const usual: Window = { days: [1, 2, 3, 4, 5], from: '09:00', until: '17:00' };

/** 1 January 2024 was a Monday. */
const useDayNames = (): ((day: number) => string) => {
  const format = new Intl.DateTimeFormat(useLanguage(), { weekday: 'short', timeZone: 'UTC' });
  return (day) => format.format(Date.UTC(2024, 0, day));
};

/** When people may be called: days and hours, as many as one likes. */
export const WindowsField = (props: {
  readonly value: readonly Window[];
  readonly error: string | null;
  readonly onChange: (windows: Window[]) => void;
}): ReactElement => {
  const t = useText();
  const dayName = useDayNames();
  const { value, error, onChange } = props;
  const change = (at: number, part: Partial<Window>): void =>
    onChange(value.map((each, index) => (index === at ? { ...each, ...part } : each)));
  return (
    <Input.Wrapper
      labelElement="div"
      label={t('outbound.windows')}
      description={t('outbound.windowsText')}
      error={error}
    >
      <Stack gap="xs" mt={6}>
        {value.map((window, at) => (
          <Group key={at} gap="xs">
            <Chip.Group
              multiple
              value={window.days.map(String)}
              onChange={(days: string[]) => change(at, { days: days.map(Number).sort() })}
            >
              <Group gap={4}>
                {week.map((day) => (
                  <Chip key={day} value={String(day)} size="xs">
                    {dayName(day)}
                  </Chip>
                ))}
              </Group>
            </Chip.Group>
            <TextInput
              type="time"
              size="xs"
              aria-label={t('outbound.windowFrom')}
              value={window.from}
              onChange={({ currentTarget }) => change(at, { from: currentTarget.value })}
            />
            <Text size="sm">–</Text>
            <TextInput
              type="time"
              size="xs"
              aria-label={t('outbound.windowUntil')}
              value={window.until}
              onChange={({ currentTarget }) => change(at, { until: currentTarget.value })}
            />
            <ActionIcon
              variant="subtle"
              color="red"
              aria-label={t('outbound.windowRemove')}
              onClick={() => onChange(value.filter((_, index) => index !== at))}
            >
              <IconTrash size={16} />
            </ActionIcon>
          </Group>
        ))}
        <Group>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconPlus size={14} />}
            onClick={() => onChange([...value, usual])}
          >
            {t('outbound.windowAdd')}
          </Button>
        </Group>
      </Stack>
    </Input.Wrapper>
  );
};
