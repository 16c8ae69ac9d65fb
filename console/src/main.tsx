import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { sessionQuery } from './api/queries.ts';
import { firstAnswers } from './api/first-answers.ts';
import { queries } from './api/query-client.ts';
import { App } from './app.tsx';
import { preferredLanguage, speak } from './i18n/language.ts';
import { router } from './router.tsx';

const place = document.getElementById('root');
if (!place) throw new Error('the page has no place for the console');
// Who it is, the page and the words are on their way at once, not one after the other; and the first drawing has its list.
queries.query(sessionQuery).catch(() => undefined); // shown where it is used
const { pathname, search } = router.latestLocation;
void router.preloadRoute({ to: pathname, search });
await speak(preferredLanguage());
await firstAnswers();
createRoot(place).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
