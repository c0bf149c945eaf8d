import './design/index.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { Boundary } from './ui/boundary.tsx';

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Boundary kind="page">
      <App />
    </Boundary>
  </StrictMode>,
);
