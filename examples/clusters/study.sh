#!/bin/bash
#SBATCH --array=0-7 --ntasks=1 --cpus-per-task=4
#SBATCH --requeue --open-mode=append --signal=B:TERM@60
app/Quickstart run-cell --index "$SLURM_ARRAY_TASK_ID" --name rates &
trap 'kill -TERM $!' TERM
wait $!; code=$?
[ "$code" = 143 ] && { wait $!; code=$?; }   # the trap ended the first wait, not the cell
[ "$code" = 130 ] && scontrol requeue "$SLURM_JOB_ID"
exit "$code"
