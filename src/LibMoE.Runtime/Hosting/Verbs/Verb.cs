using LibMoE.Runtime.Hosting.Verbs;

namespace LibMoE.Runtime;

/// <summary>
/// One verb of the command line. A new verb is one class in one file, an <see cref="IVerb"/>, and one row in <see
/// cref="BuiltInVerbs.All"/>, or for one program a row in <see cref="MoeApplicationBuilder.Verbs"/>.
/// </summary>
/// <remarks>
/// A verb says which options it takes and what it does. Options only set configuration keys: a verb reads its settings from the
/// services, and so the command line, the environment and appsettings.json say the same thing in the same way.
/// </remarks>
public abstract class Verb
{
    /// <summary>The row of a verb whose constructor takes what it needs.</summary>
    /// <typeparam name="TVerb">The verb's class; it is made of the application's services when it is asked for problems, and to
    /// run.</typeparam>
    public static Verb Of<TVerb>()
        where TVerb : class, IVerb => new InjectedVerb<TVerb>();

    /// <summary>What the user types.</summary>
    public abstract string Name { get; }

    /// <summary>What it does, in one or two sentences.</summary>
    public abstract string Description { get; }

    /// <summary>The options in the order that help lists them.</summary>
    public abstract IReadOnlyList<VerbOption> Options { get; }

    /// <summary>The sections of the configuration that it reads, whose settings help lists;
    /// by default those that its options set keys of.</summary>
    public virtual IReadOnlyList<string> Sections => [.. Options.Select(option => option.Key.Split(':')[0]).Distinct()];

    /// <summary>
    /// The keys that <c>--quick</c> sets, so that the verb ends within 30 seconds on two cores. Empty where the verb is always that fast:
    /// it then has no such option.
    /// </summary>
    public virtual IReadOnlyDictionary<string, string?> Quick { get; } = new Dictionary<string, string?>();

    /// <summary>What is wrong with settings that are right each by itself, such as the name of a variant that does not exist. It is asked
    /// before the verb runs, and reported together with everything else that is wrong; nothing large is read for it.</summary>
    /// <param name="services">The application's services.</param>
    /// <returns>One sentence each; empty where all is well.</returns>
    public virtual IReadOnlyList<string> Problems(IServiceProvider services) => [];

    /// <summary>Does the work.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="stop">Set when the user asks to stop: finish what must be finished, save, and throw.</param>
    /// <returns>The exit code; see <see cref="ExitCode"/>.</returns>
    /// <exception cref="ConfigurationException">A setting cannot be used; nothing was started.</exception>
    /// <exception cref="OperationCanceledException">The user stopped the work and everything finished is saved.</exception>
    public abstract Task<int> RunAsync(IServiceProvider services, CancellationToken stop);
}
