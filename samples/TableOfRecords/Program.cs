// Learns records of a type of one's own, and makes new ones.
using Earthmover;
using Earthmover.Sessions;
using Earthmover.Sessions.Tables;

var random = new Random(1);
Flight[] flights = [.. Enumerable.Range(0, 5000).Select(_ => random.Next(3) is 0
    ? new Flight(Cabin.Business, 900 + random.Next(2000) / 2m, random.Next(5), null, true)
    : new Flight(Cabin.Economy, 80 + random.Next(800) / 2m, random.Next(40), new(2026, 1 + random.Next(12), 1), random.Next(4) is 0))];

var plan = new RunPlan("flights.csv") { Budget = new(Steps: 400), Settings = ["report_every=100"] };
var progress = new Telling<TrainingProgress>(now => Console.WriteLine($"{now.Share:P0}"));
using var model = TableModel.Train(flights, plan, "flights-run", progress);

var made = model.Sample<Flight>(1000);
foreach (var cabin in made.GroupBy(flight => flight.Cabin).OrderBy(cabin => cabin.Key))
    Console.WriteLine($"{cabin.Key}: {cabin.Count()} of 1000, {cabin.Average(flight => flight.Price):0} on average");
Console.WriteLine($"one of those on business: {model.Sample<Flight>(1, where: "Cabin=Business")[0]}");

// Properties are columns by their names; what may be null may be missing.
internal sealed record Flight(Cabin Cabin, decimal Price, int DaysBefore, DateOnly? Returns, bool Changed);

internal enum Cabin { Economy, Business }
