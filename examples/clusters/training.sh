#!/bin/bash
#SBATCH --nodes=2 --ntasks-per-node=8 --cpus-per-task=4
#SBATCH --requeue --open-mode=append --signal=TERM@60
export MASTER_ADDR=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)
srun --mpi=none --kill-on-bad-exit=1 app/Quickstart run-cell --index 0 --name large
code=$?
[ "$code" = 130 ] && scontrol requeue "$SLURM_JOB_ID"
exit "$code"
