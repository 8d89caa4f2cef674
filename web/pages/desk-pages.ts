/** Pages that are fetched together. */
export { DecisionsPage } from './decisions/decisions-page.tsx';
export { HealthPage } from './health/health-page.tsx';
export { OrderPage } from './order/order-page.tsx';
