import fc from 'fast-check';

/** An order as an OMS sends it. */
export const orders: fc.Arbitrary<object> = fc.record(
  {
    orderId: fc.constantFrom('O-1', 'order/2'),
    instrumentId: fc.constantFrom('US0001', 'instrument.2'),
    side: fc.constantFrom('buy', 'sell'),
    quantity: fc.constantFrom(1, 1e6, 0.5),
    tsEvent: fc.constantFrom(0, 1_700_000_000_000_000),
    count: fc.constantFrom(1, 5, 1000),
  },
  { requiredKeys: ['orderId', 'instrumentId', 'side', 'quantity', 'tsEvent'] },
);
