using System.Reflection;
using Earthmover.Data;
using Earthmover.Transport;

namespace Earthmover.Tests;

/// <summary>What the packed libraries promise of their long calls: who waits is told how far they are, and can end them.</summary>
public sealed class PublicApiTests
{
    private const BindingFlags Own = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static
        | BindingFlags.DeclaredOnly;

    private static readonly Type[] s_shares = [typeof(double), typeof(float)];

    private static IReadOnlyList<Assembly> Packed()
    {
        var found = new Dictionary<string, Assembly>();
        void Add(Assembly one)
        {
            if (!found.TryAdd(one.GetName().Name!, one))
                return;
            foreach (var used in one.GetReferencedAssemblies().Where(name => name.Name!.StartsWith("Earthmover", StringComparison.Ordinal)))
                Add(Assembly.Load(used));
        }
        Add(typeof(DataSet).Assembly);
        return [.. found.Values];
    }

    private static bool IsSeen(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    // Public and protected methods, constructors and setters, of delegates the call itself.
    private static IEnumerable<MethodBase> Calls() =>
        from assembly in Packed()
        from type in assembly.GetExportedTypes()
        from method in type.GetMethods(Own).Cast<MethodBase>().Concat(type.GetConstructors(Own))
        where IsSeen(method)
        select method;

    private static string NameOf(MethodBase method) => $"{method.DeclaringType}.{method.Name}";

    private static bool IsProgress(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IProgress<>);

    private static bool Ends(MethodBase method) =>
        method.GetParameters().Any(parameter => parameter.ParameterType == typeof(CancellationToken));

    private static bool IsToldAsFunction(Type type) => type.IsGenericType && !type.ContainsGenericParameters
        && type.Namespace == "System" && type.Name.StartsWith("Action`", StringComparison.Ordinal)
        && type.GetGenericArguments().Any(told => s_shares.Contains(told) || told.Name.EndsWith("Progress", StringComparison.Ordinal));

    [Fact]
    public void All_ten_packages_are_looked_at() => Assert.Equal(
        [
            "Earthmover", "Earthmover.Export", "Earthmover.Files", "Earthmover.Media", "Earthmover.Nn", "Earthmover.Onnx",
            "Earthmover.Reports", "Earthmover.Seeds", "Earthmover.Torch", "Earthmover.Transport",
        ],
        Packed().Select(assembly => assembly.GetName().Name!).Order(StringComparer.Ordinal));

    [Fact]
    public void Progress_is_told_to_IProgress_and_to_nothing_else()
    {
        var bad = from method in Calls()
                  from parameter in method.GetParameters()
                  where IsToldAsFunction(parameter.ParameterType)
                      || (parameter.Name == "progress" && parameter.ParameterType.IsGenericType && !IsProgress(parameter.ParameterType))
                  select $"{NameOf(method)}({parameter.ParameterType} {parameter.Name})";
        Assert.Empty(bad);
        Assert.Contains(Calls(), method => method.GetParameters().Any(parameter => IsProgress(parameter.ParameterType)));
    }

    [Fact]
    public void Whoever_is_told_of_progress_can_end_the_call()
    {
        // What only hands progress on does nothing that could be ended.
        var bad = from method in Calls()
                  where method.GetParameters().Any(parameter => IsProgress(parameter.ParameterType))
                  where !(method is MethodInfo { ReturnType: var made } && IsProgress(made))
                  where !method.Name.StartsWith("set_", StringComparison.Ordinal)
                  where !Ends(method)
                  select NameOf(method);
        Assert.Empty(bad);
    }

    [Fact]
    public void Options_that_hold_progress_hold_a_token_or_are_taken_beside_one()
    {
        Type[] holders =
        [
            .. from assembly in Packed()
               from type in assembly.GetExportedTypes()
               where type.GetProperties().Any(property => IsProgress(property.PropertyType))
               select type,
        ];
        Assert.Contains(typeof(DataContext), holders);
        Assert.Contains(typeof(TransportOptions), holders);
        bool HasToken(Type type) => type.GetProperties().Any(property => property.PropertyType == typeof(CancellationToken));
        var open = holders.Where(type => !HasToken(type)).ToList();
        var bad = from method in Calls()
                  where method.GetParameters().Any(parameter => open.Contains(parameter.ParameterType))
                  where !open.Contains(method.DeclaringType!) && !Ends(method)
                  // Words about options are no work.
                  where method is not MethodInfo { ReturnType: var made } || made != typeof(string)
                  select NameOf(method);
        Assert.Empty(bad);
    }
}
