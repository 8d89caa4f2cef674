import {
  CONFIG_FIELDS,
  type ConfigField,
  describeAllowed,
} from '../engine/platform/config-fields.ts';

const INTRODUCTION = `# Settings

Made from the schema, \`engine/platform/config-schema.ts\`; a test keeps the two alike.

Settings come from, the later winning:

1. the defaults below;
2. one YAML file: \`--config FILE\`, else \`./firstcall.yaml\` if it exists. Its relative paths start from
   where it is;
3. the environment, \`FIRSTCALL_*\`; an empty variable is an unset one;
4. flags, as in \`firstcall dev --port 7701\` or \`npm start -- --port 7701\`.

Whatever is wrong is told at once, with file, line and column, and exit code 2. Every process resolves
its settings when it starts; a change needs a restart.

\`\`\`yaml
# firstcall.yaml
port: 7701
shards: 4
sim:
  days: 30
\`\`\`
`;

const OTHER_VARIABLES = `## Other variables

- \`FIRSTCALL_NATS_SERVER\`: the nats-server that \`firstcall dev\` starts, if it is not on PATH.
- \`FIRSTCALL_CONFIG\`: resolved settings as JSON, from a supervisor to its children. Replaces file and
  environment; not for people.
`;

/** The text of docs/configuration.md. */
export function configurationPage(): string {
  return [INTRODUCTION, '## All of them\n', ...CONFIG_FIELDS.map(entry), OTHER_VARIABLES].join(
    '\n',
  );
}

function entry({ path, environmentName, flag, schema }: ConfigField): string {
  const unit = schema.unit === undefined ? '' : ` (${schema.unit})`;
  const names =
    environmentName === null ? 'only in the file' : `\`${environmentName}\`, \`--${flag}\``;
  return [
    `### ${path}`,
    '',
    schema.description,
    '',
    `- ${describeAllowed(schema)}${unit}; default \`${JSON.stringify(schema.default)}\``,
    `- ${names}`,
    '',
  ].join('\n');
}
