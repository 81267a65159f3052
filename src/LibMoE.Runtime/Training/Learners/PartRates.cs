using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Training.Learners;

/// <summary>Which factor on the learning rate each parameter has; see <see cref="Learner.Rates"/>.</summary>
internal sealed class PartRates
{
    private readonly IReadOnlyList<IReadOnlyDictionary<string, double>> _tables;

    /// <summary>The rates of a learner's training.</summary>
    public PartRates(Learner learner, TrainingConfig config) =>
        _tables = config.Rates is { } chosen ? [chosen, learner.Rates] : [learner.Rates];

    /// <summary>The rates of inner steps on a task.</summary>
    public PartRates(MetaConfig config) => _tables = config.Rates is { } chosen ? [chosen] : [];

    /// <summary>The factor of a parameter: 1 where no part fits.</summary>
    /// <param name="name">Its full state-dict name.</param>
    public double Of(string name)
    {
        var fitting = _tables.Select(table => table.Where(part => Fits(part.Key, name)).ToList()).FirstOrDefault(parts => parts.Count > 0);
        return fitting is null ? 1 : fitting.MaxBy(part => part.Key.Split('.').Length).Value;
    }

    /// <summary>Parts that no parameter belongs to, of those that the configuration names.</summary>
    /// <param name="chosen">The configuration's parts.</param>
    /// <param name="names">The full names of all parameters.</param>
    public static IEnumerable<string> Unknown(IEnumerable<string> chosen, IReadOnlyCollection<string> names) =>
        chosen.Where(part => !names.Any(name => Fits(part, name)));

    /// <summary>Takes the gradients of frozen parameters away until the result is disposed.</summary>
    /// <param name="parameters">The parameters by name.</param>
    public IDisposable Freeze(IEnumerable<(string Name, Parameter Parameter)> parameters) =>
        new Frozen([.. parameters.Where(entry => entry.Parameter.requires_grad && Of(entry.Name) == 0).Select(entry => entry.Parameter)]);

    private static bool Fits(string part, string name)
    {
        var (words, places) = (part.Split('.'), name.Split('.'));
        return words.Length <= places.Length && words.Zip(places).All(pair => pair.First == "*" || pair.First == pair.Second);
    }

    private sealed class Frozen : IDisposable
    {
        private readonly IReadOnlyList<Parameter> _parameters;

        public Frozen(IReadOnlyList<Parameter> parameters)
        {
            _parameters = parameters;
            Set(false);
        }

        public void Dispose() => Set(true);

        private void Set(bool trained)
        {
            foreach (Tensor parameter in _parameters)
            {
                parameter.requires_grad = trained;
            }
        }
    }
}
