-- A dealer record also says who must not be asked for now, how large an order may be, and who made this
-- version and why. `desks` and `agreements` hold one JSON text for each item: {name, contacts} and {name,
-- validFrom, validUntil}.
ALTER TABLE dealers
    ADD COLUMN IF NOT EXISTS restricted Nullable(String),
    ADD COLUMN IF NOT EXISTS credit_limit_quantity Nullable(Float64),
    ADD COLUMN IF NOT EXISTS credit_limit_currency LowCardinality(String),
    ADD COLUMN IF NOT EXISTS changed_by Nullable(String),
    ADD COLUMN IF NOT EXISTS change_reason Nullable(String);
