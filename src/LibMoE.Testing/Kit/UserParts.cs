using LibMoE.Runtime.Testing.Oracle;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Testing.Kit;

/// <summary>
/// A user's own gate, expert kinds and terms as parts of the oracle. The parts belong to a float64 twin of the layer on the CPU, whose
/// parameters are then the oracle's.
/// </summary>
internal sealed class UserParts
{
    private readonly MoeDeclaration _declaration;
    private readonly MoeLayer? _twin;

    public UserParts(KitSubject subject, MoeLayer layer)
    {
        _declaration = subject.Declaration;
        var types = _declaration.Experts.Select(group => group.Kind).Append(_declaration.Shared?.Kind).Append(_declaration.Gate.GetType())
            .Concat(_declaration.Balance.Select(term => term.GetType()));
        if (types.OfType<Type>().All(IsBuiltIn))
        {
            return;
        }

        _twin = subject.Twin(layer);
        Parameters = new OracleParameters(_twin.state_dict());
    }

    /// <summary>The twin's parameters, or null where all parts are built in.</summary>
    public OracleParameters? Parameters { get; }

    /// <summary>The formulas that were given, and the parts themselves where there is none.</summary>
    public OracleOptions Complete(OracleOptions formulas, Tensor x, MoeContext context) => _twin is null ? formulas : formulas with
    {
        Gates = Fill(formulas.Gates, [_declaration.Gate.GetType()], _ => Gate),
        ExpertKinds = Fill(formulas.ExpertKinds, _declaration.Experts.Select(group => group.Kind), _ => Expert),
        Terms = Fill(formulas.Terms, _declaration.Balance.Select(term => term.GetType()), type => Term(type, x, context)),
    };

    private static bool IsBuiltIn(Type type) => type.Assembly == typeof(GateAttribute).Assembly;

    private static Dictionary<Type, TPart> Fill<TPart>(
        IReadOnlyDictionary<Type, TPart> given, IEnumerable<Type> types, Func<Type, TPart> own) => types
        .Where(type => !IsBuiltIn(type) && !given.ContainsKey(type))
        .Distinct()
        .Select(type => KeyValuePair.Create(type, own(type)))
        .Concat(given)
        .ToDictionary();

    private (Tensor Logits, Tensor Scores) Gate(GateAttribute gate, OracleParameters parameters, Tensor x_ND)
    {
        var router = Module("router");
        var route = Contract(router.GetType(), typeof(IRouter<,>)).GetMethod("Route")!;
        var scores = (RouterScores)route.Invoke(router, [x_ND])!;
        return (scores.Logits_TE, scores.Scores_TE);
    }

    private Tensor Expert(OracleParameters parameters, OraclePlace place, Tensor x_ND) =>
        ((nn.Module<Tensor, Tensor>)Module($"{place.Prefix}{place.Index}")).call(x_ND);

    /// <summary>Terms read all rows of the call; masked ones are 0 and their picks −1.</summary>
    private OracleTerm Term(Type attribute, Tensor x, MoeContext context)
    {
        var term = Ancestors(attribute).First(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(BalanceAttribute<>))
            .GetGenericArguments()[0];
        var contract = Contract(term, typeof(IBalanceTerm<>));
        var loss = term.GetInterfaceMap(contract).TargetMethods[0];
        return (options, routing) =>
        {
            var tokens = OracleTokens.Of(x, context.Mask);
            var counts = OracleBalance.Spread(routing, routing.Experts!, ones(routing.Experts!.shape, ScalarType.Float64)).sum(dim: 0);
            var inputs = new BalanceInputs(
                tokens.Expand(routing.Scores!), tokens.Expand(routing.Experts!, masked: -1), tokens.Expand(routing.Weights!),
                counts.to(ScalarType.Int64), TokenView.Of(x, context, _twin!.Shape))
            {
                Logits = tokens.Expand(routing.Logits!),
            };
            return (Tensor)loss.Invoke(null, [inputs, options])!;
        };
    }

    private nn.Module Module(string name) => _twin!.named_modules().First(module => module.name == name).module;

    private static Type Contract(Type type, Type definition) =>
        type.GetInterfaces().First(contract => contract.IsGenericType && contract.GetGenericTypeDefinition() == definition);

    private static IEnumerable<Type> Ancestors(Type? type)
    {
        for (; type is not null; type = type.BaseType)
        {
            yield return type;
        }
    }
}
