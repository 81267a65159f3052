using static TorchSharp.torch;

namespace LibMoE.Runtime.Training.Learners.FewShot;

/// <summary>A task as the inner and outer loops of meta-learning see it.</summary>
/// <param name="Step">The loss that the inner step of that number goes down, from 0: a scalar [] at the parameters' present
/// values.</param>
/// <param name="Query">The loss on other examples of the task, a scalar [].</param>
internal sealed record MetaTask(Func<int, Tensor> Step, Func<Tensor> Query);
