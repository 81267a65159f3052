using LibMoE.Runtime.Analysis.Perturbing;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Analysis.Collecting;

/// <summary>A model with held-out data that its routing is watched on: text, or a learner's own.</summary>
internal abstract class RoutedData
{
    /// <summary>The model.</summary>
    public abstract nn.Module Model { get; }

    /// <summary>The variant's name.</summary>
    public abstract string Name { get; }

    /// <summary>Its MoE layers.</summary>
    public abstract IReadOnlyList<MoeLayer> Layers { get; }

    /// <summary>The number in the model of each layer's block.</summary>
    public abstract IReadOnlyList<int> BlockNumbers { get; }

    /// <summary>The kinds of tokens that are counted apart.</summary>
    public abstract IReadOnlyList<string> Domains { get; }

    /// <summary>Runs the model over the data in evaluation mode, without gradients. The tensors of a batch live until the next is asked
    /// for.</summary>
    /// <param name="context">Passed on to the layers.</param>
    /// <param name="disturbance">What is done to the routing; null for nothing.</param>
    public abstract IEnumerable<RoutedBatch> Batches(MoeContext context, Perturbation? disturbance = null);
}

/// <summary>One batch of held-out data after its forward pass.</summary>
/// <param name="Losses_S">The loss of each sequence or example.</param>
/// <param name="Routings">What each MoE layer did.</param>
/// <param name="Ids_T">The token ids; null where tokens have none.</param>
/// <param name="Domains_T">For every MoE layer its tokens' domains; one list for the whole batch where there is no such layer.</param>
internal sealed record RoutedBatch(
    IReadOnlyList<double> Losses_S, IReadOnlyList<Routing> Routings, int[]? Ids_T, IReadOnlyList<IReadOnlyList<int>> Domains_T);
