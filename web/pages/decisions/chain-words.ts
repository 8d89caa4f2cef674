import { CHAIN_FAULT_NAMES, type ChainReport } from '../../../schemas/chain-report.ts';
import { count } from '../../format/number.ts';

/** What a verification says, in one sentence each: the verdict first. */
export function verdictInWords({ records, faultCount, lastSequence }: ChainReport): string {
  const checked = `${count(records)} ${records === 1 ? 'record' : 'records'} checked, up to ${lastSequence}`;
  if (faultCount === 0) return `The chain is whole: ${checked}, 0 faults.`;
  return `${count(faultCount)} ${faultCount === 1 ? 'fault' : 'faults'}: ${checked}.`;
}

export function copyInWords({ copy, notCompared }: ChainReport): string {
  if (copy === null) return `The copy in ClickHouse was not compared: ${notCompared}.`;
  return `The copy in ClickHouse: ${count(copy.compared)} records compared, all up to ${copy.through}.`;
}

export function faultsInWords({ faults, faultCount }: ChainReport): string[] {
  const more = faultCount - faults.length;
  return [
    ...faults.map(
      ({ sequence, words, kind }) => `Record ${sequence} ${words} (${CHAIN_FAULT_NAMES[kind]}).`,
    ),
    ...(more > 0 ? [`And ${count(more)} more.`] : []),
  ];
}
