using LibMoE.Runtime.Kernels.Experts;
using LibMoE.Runtime.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// A mixture-of-experts layer: x [.., D] in, the same shape and type out. Declared layers derive from it; it owns their parameters.
/// </summary>
/// <remarks>
/// Shape suffixes, one letter a dim: T tokens of the call, D model width, E routable slots, K picks of a token, F experts of a group,
/// H hidden width, W columns of an expert's first projection (H, or 2H where it is gated), S sequences of the call, L tokens of a sequence,
/// N rows of any number. A generated file has a legend of the letters that it uses.
/// </remarks>
public abstract class MoeLayer : nn.Module<Tensor, MoeContext, MoeOutput>
{
    private readonly Dictionary<string, ParameterSpec> _specs;
    private readonly Dictionary<string, ExpertSlice> _slices = [];
    private bool _sharesExperts;

    /// <summary>Starts a layer; the derived constructor adds the parameters that the declaration names.</summary>
    protected MoeLayer(MoeDeclaration declaration, MoeShape shape)
        : base(declaration.Name)
    {
        declaration.Check(shape);
        (Declaration, Shape) = (declaration, shape);
        StepMemory = new StepMemory(shape.Ranks);
        Placement = ExpertSharing.PlacementOf(declaration, shape);
        _specs = declaration.Parameters(shape).ToDictionary(spec => spec.Name);
        if (shape.ExpertsOf is { } other)
        {
            _sharesExperts = ExpertBank.OwnerOf(other)._sharesExperts = true;
        }
    }

    /// <summary>What was declared.</summary>
    public MoeDeclaration Declaration { get; }

    /// <summary>The shape that the layer was made for.</summary>
    public MoeShape Shape { get; }

    /// <summary>What terms remember of the calls of an optimiser step.</summary>
    protected StepMemory StepMemory { get; }

    /// <summary>The processes whose calls together are one batch: in evaluation each is alone.</summary>
    protected Ranks BatchRanks => training ? Shape.Ranks : Ranks.One;

    /// <summary>On which processes the routed experts are; null where all are here.</summary>
    protected ExpertPlacement? Placement { get; }

    /// <summary>Which experts the parameters with a row for each of them have here, by their names in the layer; empty where all are
    /// here.</summary>
    internal IReadOnlyDictionary<string, ExpertSlice> Slices => _slices;

    /// <summary>Runs the layer without a mask, token ids or any other context.</summary>
    /// <param name="x">Tokens [.., D].</param>
    public MoeOutput forward(Tensor x) => forward(x, MoeContext.None);

    /// <summary>
    /// Runs once after each optimiser step, for terms that act outside the gradient (BiasBalance, ReMoE).
    /// </summary>
    /// <param name="picks_E">The step's picks per expert, [E]: <see cref="Routing.TokensPerExpert"/> summed over micro-batches and
    /// ranks.</param>
    /// <param name="tokens">How many tokens those calls routed; ReMoE needs it, since its tokens pick as many experts as they like.</param>
    public virtual void AfterOptimizerStep(Tensor picks_E, long? tokens = null)
    {
    }

    /// <summary>
    /// Forgets the calls of a step that comes to nothing, such as one whose gradient is not finite; <see cref="AfterOptimizerStep"/>
    /// forgets those of one that was made.
    /// </summary>
    public void ForgetStep() => StepMemory.Clear();

    /// <summary>Makes, initialises and registers the parameter of that state-dict name; an expert's of a layer that takes those of another
    /// is that layer's, and is registered there alone.</summary>
    protected Parameter AddParameter(string name)
    {
        var spec = _specs[name];
        if (Shape.ExpertsOf is { } other && !spec.Router)
        {
            return ExpertBank.Of(other, spec);
        }

        var parameter = new Parameter(Own(spec, spec.Initialize(Shape)), requires_grad: !spec.Frozen);
        register_parameter(name, parameter);
        return parameter;
    }

    /// <summary>Makes, initialises and registers the buffer of that state-dict name.</summary>
    protected Tensor AddBuffer(string name)
    {
        var buffer = _specs[name].Initialize(Shape);
        register_buffer(name, buffer);
        return buffer;
    }

    /// <summary>Registers a router or experts of the user's own under that state-dict name;
    /// every dot in it stands for a module between.</summary>
    protected TModule AddModule<TModule>(string name, TModule module)
        where TModule : nn.Module
    {
        nn.Module parent = this;
        var path = name.Split('.');
        foreach (var part in path.SkipLast(1))
        {
            var between = parent.named_children().FirstOrDefault(child => child.name == part).module;
            if (between is null)
            {
                between = new Between(part);
                parent.register_module(part, between);
            }

            parent = between;
        }

        parent.register_module(path[^1], OwnParts.Keep(module));
        return module;
    }

    /// <summary>Of a parameter of stacked experts, the rows of those that are here: the numbers that one process would draw for
    /// them.</summary>
    private Tensor Own(ParameterSpec spec, Tensor whole)
    {
        if (Placement is null || !spec.IsStacked)
        {
            return whole;
        }

        _slices[spec.Name] = Placement.Own((int)spec.Shape[0]);
        using (whole)
        {
            return _slices[spec.Name].Cut(whole).DetachFromDisposeScope();
        }
    }

    /// <summary>Registers what stands in fields, as every module does that another takes; of a layer that takes the experts of another all
    /// that is its own is registered already.</summary>
    protected override void RegisterComponents()
    {
        if (Shape.ExpertsOf is null)
        {
            base.RegisterComponents();
        }
    }

    /// <summary>Moves parameters and buffers, and refuses to where it would part layers with experts in common.</summary>
    /// <exception cref="InvalidOperationException">They would be moved.</exception>
    protected override void _toEpilog(ScalarType? dtype, Device? device, bool non_blocking)
    {
        if (_sharesExperts)
        {
            ExpertBank.CheckMove(this, dtype, device);
        }

        base._toEpilog(dtype, device, non_blocking);
    }

    /// <summary>A module that only holds others.</summary>
    private sealed class Between(string name) : nn.Module(name);
}
