using Microsoft.Extensions.DependencyInjection;

namespace LibMoE.Runtime.Hosting;

/// <summary>A service that is made when it is first used: a verb looks for problems before all settings are known to be right, and a runner
/// can only be made of right ones.</summary>
internal sealed class LazyService<T>(IServiceProvider services) : Lazy<T>(services.GetRequiredService<T>)
    where T : class;
